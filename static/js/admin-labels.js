// Names for what the admin's own scripts make: the box of an autocomplete is called as its label says, and a heading
// without words above the names of rows is none.
function name(select) {
  const made = select.nextElementSibling;
  const label = select.labels?.[0];
  if (!made?.classList.contains("select2-container") || !(label || select.ariaLabel)) {
    return;
  }
  const words = select.ariaLabel ?? label.textContent.trim().replace(/[::]$/, "");
  const typed = made.querySelector(".select2-search__field");
  if (typed) {
    typed.setAttribute("aria-label", words); // several may be chosen
    return;
  }
  const box = made.querySelector(".select2-selection");
  const chosen = made.querySelector(".select2-selection__rendered");
  chosen.removeAttribute("role"); // no box of its own, but what stands in this one
  chosen.removeAttribute("aria-readonly");
  box.removeAttribute("aria-labelledby");
  box.setAttribute("aria-label", words);
  if (chosen.id) {
    box.setAttribute("aria-describedby", chosen.id); // what is chosen
  }
}

function nameAll(within) {
  within.querySelectorAll("select.admin-autocomplete:not([name*=__prefix__])").forEach(name);
}

function heading(empty) {
  const cell = document.createElement("td");
  cell.className = empty.className;
  empty.replaceWith(cell);
}

// Later than the scripts that make the boxes, which wait for the page as well.
window.django?.jQuery?.(() => {
  nameAll(document);
  document.querySelectorAll(".tabular thead th").forEach(one => one.textContent.trim() || heading(one));
});
document.addEventListener("formset:added", event => setTimeout(nameAll, 0, event.target));
