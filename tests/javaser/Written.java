// Writes streams for tests/javaser/test_oracle.py: one file per case into the folder given.
import java.io.*;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

public class Written {
    enum Switch { ON, OFF { @Override public String toString() { return "off"; } } }

    static class Point implements Serializable {
        int x = 1; long y = -2; char c = '\ud83d'; boolean z = true; byte b = -3; short s = 4; float f = 5.5f; double d = -6.25;
        String name = "p"; Object self = this; int[] numbers = {1, 2, 3};
    }

    static class Labelled extends Point {
        String label = "l"; transient String lost = "t";
        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject(); out.writeInt(7); out.writeUTF("seven"); out.writeObject(this); out.writeBoolean(true);
        }
    }

    static class NoDefaults implements Serializable {
        int listed = 1; String also = "listed";
        private void writeObject(ObjectOutputStream out) throws IOException { out.writeBoolean(true); out.writeObject("only this"); }
    }

    static class NoDefaultsAbove extends NoDefaults { String below = "b"; }

    static class Fails implements Serializable {
        String before = "before"; Object bad = new Object(); String after = "after";
    }

    static class FailsInWriteObject implements Serializable {
        int x = 3;
        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject(); out.writeInt(4); throw new NotSerializableException("on purpose");
        }
    }

    public static class External implements Externalizable {
        public External() { }
        public void writeExternal(ObjectOutput out) throws IOException { out.writeInt(1); out.writeObject("two"); out.writeUTF("three"); }
        public void readExternal(ObjectInput in) { }
    }

    static class Replaced implements Serializable { Object writeReplace() { return "replacement"; } }

    interface Named { String name(); }

    static class Answer implements java.lang.reflect.InvocationHandler, Serializable {
        int answer = 42;
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) { return "n"; }
    }

    interface Writing { void to(ObjectOutputStream out) throws Exception; }

    static Path folder;

    static void write(String name, Writing writing) throws Exception { write(name, 2, writing); }

    static void write(String name, int version, Writing writing) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ObjectOutputStream out = new ObjectOutputStream(bytes) {
            @Override protected void annotateClass(Class<?> type) throws IOException {
                if (name.startsWith("annotated")) { writeInt(-2); writeInt(type.getName().length()); writeObject("loader"); }
            }
            @Override protected void annotateProxyClass(Class<?> type) throws IOException { annotateClass(type); }
        };
        out.useProtocolVersion(version);
        writing.to(out);
        out.flush();
        Files.write(folder.resolve(name + ".ser"), bytes.toByteArray());
    }

    static Throwable nested() {
        Throwable outer = new IllegalStateException("outer", new IOException("cause", new RuntimeException()));
        outer.addSuppressed(new InterruptedException("suppressed"));
        return outer;
    }

    static void failing(ObjectOutputStream out, Object value) throws IOException {
        try { out.writeObject(value); throw new AssertionError("it was written"); } catch (NotSerializableException expected) { }
    }

    public static void main(String[] arguments) throws Exception {
        folder = Paths.get(arguments[0]);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1); map.put("b", Arrays.asList(1L, 2.0, 'c', (byte) 4, (short) 5, 6f, true)); map.put("none", null);
        Properties properties = new Properties(new Properties());
        properties.setProperty("k", "v");
        Object proxy = Proxy.newProxyInstance(Written.class.getClassLoader(), new Class<?>[] {Named.class, Comparable.class}, new Answer());
        List<Object> itself = new ArrayList<>(); itself.add(itself);

        Map<String, Object> values = new LinkedHashMap<>();
        values.put("null", null);
        values.put("hash_map", new HashMap<>(map));
        values.put("linked_hash_map", map);
        values.put("tree_map", new TreeMap<>(Map.of("x", 1, "y", 2)));
        values.put("concurrent_map", new ConcurrentHashMap<>(Map.of("x", 1)));
        values.put("array_list", new ArrayList<>(List.of("x", "y", "x")));
        values.put("linked_list", new LinkedList<>(List.of("x", "y")));
        values.put("array_deque", new ArrayDeque<>(List.of("x", "y")));
        values.put("copy_on_write", new CopyOnWriteArrayList<>(List.of("x")));
        values.put("vector", new Vector<>(List.of("x")));
        values.put("hash_set", new HashSet<>(List.of("x", "y")));
        values.put("immutable", Arrays.asList(List.of(1, 2, 3), Set.of("s"), Map.of("k", "v")));
        values.put("unmodifiable", Collections.unmodifiableMap(new HashMap<>(Map.of("k", "v"))));
        values.put("list_of_itself", itself);
        values.put("properties", properties);
        values.put("exception", nested());
        values.put("enums", new Object[] {Switch.ON, Switch.OFF, Switch.ON, TimeUnit.SECONDS});
        values.put("enum_map", new EnumMap<>(Map.of(TimeUnit.SECONDS, "s")));
        values.put("enum_set", EnumSet.of(TimeUnit.SECONDS, TimeUnit.DAYS));
        values.put("arrays", new Object[] {
            new boolean[] {true, false}, new byte[] {1, -1}, new char[] {'a', '\0', '\ud800'}, new short[] {-1, 2}, new int[] {3, -4},
            new long[] {Long.MIN_VALUE}, new float[] {1.5f, Float.NaN}, new double[] {-0.0, Double.POSITIVE_INFINITY}, new String[] {"s", null},
            new int[][] {{1}, {}, null}, new Object[0], new byte[100_000]});
        values.put("proxy", proxy);
        values.put("annotated_proxy", proxy);
        values.put("annotated_exception", nested());
        values.put("classes", new Object[] {String.class, int.class, int[].class, Object.class, Named.class, Switch.class, Point[].class});
        values.put("point", new Point());
        values.put("labelled", new Object[] {new Labelled(), new Labelled()});
        values.put("no_defaults", new NoDefaultsAbove());
        values.put("external", new Object[] {new External(), new External()});
        values.put("replaced", new Object[] {new Replaced(), new Replaced()});
        values.put("strings", new String[] {"", "ascii", "\0", "\u00e9\u20ac", "\ud83d\ude00", "\ude00\ud83d", "x".repeat(65535)});
        values.put("long_string", "\u00e9".repeat(40_000));
        values.put("big_integer", new BigInteger("-123456789012345678901234567890"));
        values.put("dates", new Object[] {new Date(0), Locale.ROOT, UUID.randomUUID(), TimeZone.getTimeZone("UTC"), new GregorianCalendar(2020, 1, 1)});
        values.put("builders", new Object[] {new StringBuilder("b"), new StringBuffer("f")});
        values.put("file_and_url", new Object[] {new File("/x/y"), new java.net.URL("http://example.org:80/p?q#r"), java.net.URI.create("a:b")});
        values.put("optional_time", new Object[] {java.time.Duration.ofSeconds(5), java.time.LocalDate.of(2020, 2, 2)});
        values.put("descriptor", ObjectStreamClass.lookup(Point.class));
        for (Map.Entry<String, Object> each : values.entrySet()) {
            write(each.getKey(), out -> out.writeObject(each.getValue()));
        }
        write("primitives", out -> { out.writeInt(5); out.writeUTF("u"); out.write(new byte[2000]); out.writeObject("o"); out.writeByte(1); });
        write("several", out -> { out.writeObject("s"); out.writeObject(map); out.writeObject(map); out.writeUnshared(new Point()); });
        write("reset", out -> { out.writeObject(map); out.reset(); out.writeObject(map); out.writeInt(1); out.reset(); });
        write("field_fails", out -> { out.writeObject("s"); failing(out, new Fails()); out.writeObject("s"); });
        write("element_fails", out -> { failing(out, new ArrayList<>(List.of("x", new Object(), "y"))); out.writeObject("s"); });
        write("write_object_fails", out -> { failing(out, new Object[] {new FailsInWriteObject()}); out.writeObject(new Point()); });
        write("unframed_external", 1, out -> out.writeObject(new Object[] {"kept", new External()}));
    }
}
