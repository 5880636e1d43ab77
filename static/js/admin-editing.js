// Says every minute that this form is still open, and, when it is left, that it is not.
const box = document.getElementById("others");
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
let lastWord = box.dataset.seen;

function words(left) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", token);
  if (left) {
    data.set("left", lastWord);
  }
  return data;
}

async function stillHere() {
  try {
    const answer = await fetch(box.dataset.address, { method: "POST", body: words(false) });
    if (answer.ok && !answer.redirected) {
      lastWord = await answer.text();
    }
  } catch {
    // Without a network nobody hears it; the next minute may have one.
  }
}

setInterval(stillHere, 60_000);
addEventListener("pagehide", () => navigator.sendBeacon(box.dataset.address, words(true)));
addEventListener("pageshow", event => event.persisted && stillHere());
