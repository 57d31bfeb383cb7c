
"use strict";
// sessions are hidden before they are read: a browser takes seconds to lay out hundreds
document.documentElement.classList.add("js");
addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;

  // light and dark
  const theme = document.getElementById("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const tellTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    tellTheme();
  });
  prefersDark.addEventListener("change", tellTheme);
  tellTheme();

  // tables
  const tables = [...document.querySelectorAll("section.card table")].map((table) => {
    const section = table.closest("section");
    const body = table.tBodies[0];
    return {
      table,
      body,
      rows: [...body.rows],
      filter: section.querySelector("input"),
      told: section.querySelector("output"),
    };
  });
  let session = "";

  const known = new Map();
  function wordsOf(row) {
    if (!known.has(row)) known.set(row, [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
    return known.get(row);
  }

  function show(each) {
    const words = each.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of each.rows) {
      const ofSession = !session || row.dataset.session === "0" || row.dataset.session === session;
      const visible = ofSession && words.every((word) => wordsOf(row).includes(word));
      row.hidden = !visible;
      shown += visible ? 1 : 0;
    }
    const all = each.rows.length;
    each.told.textContent = shown === all ? (all === 1 ? "1 row" : `${all} rows`) : `${shown} of ${all} rows`;
  }

  function sort(each, column) {
    const heads = [...each.table.tHead.rows[0].cells];
    const down = heads[column].getAttribute("aria-sort") === "ascending";
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const numeric = heads[column].classList.contains("number");
    const keyed = each.rows.map((row, place) => {
      const cell = row.cells[column];
      const order = cell.dataset.order;
      const key = order !== undefined ? Number(order) : numeric ? -Infinity : cell.textContent.toLowerCase();
      return { row, place, key };
    });
    keyed.sort((one, other) => {
      const way = one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
      return (down ? -way : way) || one.place - other.place;
    });
    each.rows = keyed.map((item) => item.row);
    each.body.append(...each.rows);
  }

  for (const each of tables) {
    each.filter.parentElement.hidden = each.rows.length === 1; // nothing to choose from
    each.filter.addEventListener("input", () => show(each));
    const head = each.table.tHead;
    for (const name of head.querySelectorAll("span")) {
      name.setAttribute("role", "button"); // a real one is not printed on the pages that repeat the head
      name.tabIndex = 0;
      name.title = "sort";
    }
    head.addEventListener("click", (event) => {
      const cell = event.target.closest("th");
      if (cell) sort(each, cell.cellIndex);
    });
    head.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort(each, event.target.closest("th").cellIndex);
    });
    show(each);
  }

  // sessions
  const chooser = document.getElementById("session");
  const parts = [...document.querySelectorAll("article.session")];
  const hint = document.getElementById("choose");
  const AT_ONCE = 3;
  if (hint) hint.dataset.text = hint.textContent;

  function choose(number) {
    session = number;
    if (chooser) chooser.value = number;
    for (const part of parts) {
      part.classList.toggle("chosen", number ? part.dataset.session === number : parts.length <= AT_ONCE);
    }
    root.classList.toggle("one", Boolean(number)); // only then what is printed is not all
    const shown = parts.some((part) => part.classList.contains("chosen"));
    if (hint) {
      hint.hidden = shown;
      hint.textContent = number
        ? `Session #${number} has no timeline here: jnlpspy export CAPTURE --connection ${number} -o session.html`
        : hint.dataset.text;
    }
    tables.filter((each) => each.table.closest("section").id !== "sessions").forEach(show);
  }

  // a link to a session shows it first, if it is hidden; a discovery is shown with its session
  function follow() {
    const found = /^#s(\d+)$/.exec(location.hash);
    if (!found) return;
    const target = document.getElementById(found[0].slice(1));
    if (chooser) choose(target ? target.dataset.session : found[1]);
    (target || document.getElementById("details")).scrollIntoView();
  }

  if (chooser) chooser.addEventListener("change", () => choose(chooser.value));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#s']");
    if (link && link.hash === location.hash) follow();
  });
  addEventListener("hashchange", follow);

  choose("");
  follow();
});
