// Search, choose and sort in long tables. Without it the page only lacks these.
"use strict";

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function text(row, column) {
  return row.cells[column].textContent.trim();
}

// Rows whose text holds what is typed and whose cells are what is chosen.
function addFilters(holder, table) {
  const rows = [...table.tBodies[0].rows];
  const search = element("input", { type: "search", placeholder: "Search these rows" });
  search.setAttribute("aria-label", "Search: " + table.caption.textContent);
  const shown = element("output", {});
  const choices = [...table.tHead.rows[0].cells]
    .filter((head) => head.classList.contains("choice"))
    .map((head) => addChoice(head, rows))
    .filter((choice) => choice !== null);
  const update = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const row of rows) {
      const all = row.textContent.toLowerCase();
      const fits = words.every((word) => all.includes(word)) &&
        choices.every(({ select, column }) => select.value === "" || select.value === text(row, column));
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = count + " of " + rows.length + " rows";
  };
  search.addEventListener("input", update);
  choices.forEach(({ select }) => select.addEventListener("change", update));
  holder.prepend(element("div", { className: "controls" },
    search, ...choices.map(({ select }) => select), shown));
  update();
}

// A list of the column's values, if they are few enough to choose from.
function addChoice(head, rows) {
  const column = head.cellIndex;
  const values = [...new Set(rows.map((row) => text(row, column)))].sort();
  if (values.length < 2 || values.length > 24) return null;
  const select = element("select", {}, element("option", { value: "" }, head.textContent + ": any"),
    ...values.map((value) => element("option", { value }, value)));
  select.setAttribute("aria-label", head.textContent);
  return { select, column };
}

// By number where the column holds numbers, otherwise by text.
function addSorting(table) {
  for (const head of table.tHead.rows[0].cells) {
    if (head.classList.contains("chart")) continue;
    const button = element("button", { type: "button" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head));
  }
}

function number(row, column) {
  const value = text(row, column).replace(/[^0-9.−]/g, "").replace("−", "-");
  return value === "" ? -Infinity : Number(value);
}

function sort(table, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const column = head.cellIndex;
  const compare = head.classList.contains("number")
    ? (a, b) => number(a, column) - number(b, column) || 0
    : (a, b) => text(a, column).localeCompare(text(b, column));
  const body = table.tBodies[0];
  const rows = [...body.rows].sort(compare);
  body.append(...(down ? rows.reverse() : rows));
}

for (const holder of document.querySelectorAll(".lookup")) {
  const table = holder.querySelector("table");
  addFilters(holder, table);
  addSorting(table);
}
