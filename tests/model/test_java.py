from jnlpspy.javaser.building import java_class, java_object, proxy_class
from jnlpspy.model.java import JavaArray, JavaClass, JavaEnum, JavaString

PARENT = java_class("a.Parent", {"x": "I", "y": "I"})
CHILD = java_class("a.Child", {"x": "I"}, superclass=PARENT)


def test_a_field_is_that_of_the_lowest_class_unless_another_is_named() -> None:
    child = java_object(CHILD, {"x": 1, "y": 2})
    child.data[0].values = (7, 2)
    assert (child.value_of("x"), child.value_of("x", "a.Parent"), child.value_of("y")) == (1, 7, 2)
    assert child.value_of("z") is child.value_of("y", "a.Child") is None


def test_a_lineage_goes_up() -> None:
    assert [each.name for each in CHILD.lineage()] == ["a.Child", "a.Parent"]


def test_a_proxys_class_is_its_interfaces() -> None:
    proxy = java_object(proxy_class("a.B", "c.D"))
    assert proxy.class_name == "Proxy<a.B, c.D>"
    assert proxy.java_class.is_proxy
    assert not PARENT.is_proxy


def test_equal_strings_stay_two_strings() -> None:
    one, other = JavaString("a"), JavaString("a")
    assert one == other
    assert one is not other


def test_no_value_is_shown_with_all_it_refers_to() -> None:
    """Classes may share and refer without end: the text of this one would have 2 to the 100 parts."""
    shared: JavaClass = java_class("a.Shared")
    for _ in range(100):
        above = java_class("a.Shared")
        above.annotation = [JavaEnum(shared, "A"), JavaEnum(shared, "B")]
        shared = above
    shown = repr([JavaEnum(shared, "C"), JavaArray(shared, []), java_object(shared)])
    assert shown == (
        "[JavaEnum(java_class=<JavaClass a.Shared>, constant='C'), <JavaArray a.Shared of 0>, <JavaObject a.Shared>]"
    )
