// Buttons that copy: the address of this list, or a citation. Without script the text itself stands there.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.dataset.copy === "address" ? location.href : document.getElementById(button.dataset.copy).textContent.trim();
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.done;
  } catch {
    button.textContent = button.dataset.failed;
  }
  setTimeout(() => { button.textContent = words; }, 2500);
});
