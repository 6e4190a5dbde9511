"use strict";
const off = new Set();
const search = document.getElementById("search");
const resources = [...document.querySelectorAll(".resource")];
const groups = [...document.querySelectorAll(".group")].filter((group) => group.querySelector(".resource"));
const nothing = document.getElementById("nothing");

function apply() {
  const wanted = search ? search.value.trim().toLowerCase() : "";
  for (const each of resources) {
    each.hidden = off.has(each.dataset.operation) || !each.dataset.text.includes(wanted);
  }
  for (const group of groups) group.hidden = !group.querySelector(".resource:not([hidden])");
  nothing.hidden = resources.length === 0 || resources.some((each) => !each.hidden);
}

for (const button of document.querySelectorAll("[data-filter]")) {
  button.addEventListener("click", () => {
    const name = button.dataset.filter;
    const shown = off.has(name);
    if (shown) off.delete(name); else off.add(name);
    button.setAttribute("aria-pressed", String(shown));
    apply();
  });
}
if (search) search.addEventListener("input", apply);

function fold(open) {
  for (const each of document.querySelectorAll("details")) each.open = open;
}
document.getElementById("unfold")?.addEventListener("click", () => fold(true));
document.getElementById("fold")?.addEventListener("click", () => fold(false));

document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
addEventListener("beforeprint", () => fold(true));
