// Below the title of a record: others on record whose titles are like what is typed. The server knows which.
const WAIT = 350; // milliseconds after the last key
const box = document.getElementById("similar");
const form = box.closest("form");
const fields = box.dataset.fields.split(" ").map(name => form.elements[name]).filter(Boolean);
let waiting, running;
let asked = "";

function question() {
  const address = new URL(box.dataset.address, location.href);
  for (const field of fields) {
    address.searchParams.set(field.name, field.value.trim());
  }
  address.searchParams.set("but", box.dataset.but);
  return address;
}

async function ask() {
  const address = question();
  if (address.search === asked) {
    return;
  }
  asked = address.search;
  running?.abort();
  const mine = (running = new AbortController());
  try {
    const answer = await fetch(address, { signal: mine.signal });
    const page = new DOMParser().parseFromString(answer.ok && !answer.redirected ? await answer.text() : "", "text/html");
    // An answer to what is no longer asked is dropped.
    if (mine === running) {
      box.replaceChildren(...document.adoptNode(page.body).children);
    }
  } catch {
    // Broken off by the next question, or no network: the sentence after saving tells as well.
  }
}

function later(event) {
  if (fields.includes(event.target) && !event.isComposing) {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  }
}

const title = fields[0]?.closest(".form-row");
if (title) {
  title.append(box);
  asked = question().search; // what is on record already needs no telling
  form.addEventListener("input", later);
  form.addEventListener("compositionend", later);
  window.django?.jQuery?.(form).on("change", later); // choices of an autocomplete are told this way only
}
