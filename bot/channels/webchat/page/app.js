// Starts the page: state, phones, clock, people, and the stream that keeps them fresh.

import { call, listen } from "./api.js";
import { Clock } from "./clock.js";
import { Deck } from "./deck.js";
import { Picker } from "./picker.js";
import { currentLanguage, loadWords, say, switchLanguage, translate, word } from "./words.js";

const RETRIES = [500, 1000, 2000, 4000];
const byId = (id) => document.getElementById(id);

const deck = new Deck(byId("phones"), byId("tabs"), byId("vacant"));
const clock = new Clock(byId("clock"));
const picker = new Picker(byId("picker"), deck);
const note = byId("note");
let opened = false;
let tries = 0;
let peopleTimer = null;
let noteTimer = null;

/** One line for the whole page; a good one goes away by itself. */
function tell(key, values = {}, bad = false) {
  clearTimeout(noteTimer);
  note.classList.toggle("bad", bad);
  say(note, key, values);
  if (!bad) noteTimer = setTimeout(quiet, 8000);
}

function tellFailure(failure) {
  quiet();
  note.classList.add("bad");
  note.textContent = failure.message;
}

function quiet() {
  clearTimeout(noteTimer);
  delete note.dataset.say;
  note.textContent = "";
  note.classList.remove("bad");
}

function setState(state) {
  byId("unit").textContent = state.title;
  clock.setState(state);
  deck.setState(state);
  picker.refresh();
}

function peopleChanged() {
  clearTimeout(peopleTimer);
  peopleTimer = setTimeout(async () => {
    try {
      setState(await call("/web/state"));
    } catch { /* the stream breaks as well then, and says so */ }
  }, 200);
}

/** From nothing, or after the server was away: state, messages, then the stream. */
async function connect() {
  try {
    setState(await call("/web/state"));
  } catch {
    lost();
    return;
  }
  if (!opened) deck.restore();
  await deck.load({ afresh: true });
  opened = true;
  listen(deck.lastId, {
    open() {
      if (tries) quiet();
      tries = 0;
      deck.load(); // what came between the first look and now
    },
    message: (message) => deck.receive(message),
    clock: ({ now }) => clock.set(now),
    people: peopleChanged,
    lost,
  });
}

function lost() {
  if (tries > 0) tell("reconnecting", {}, true);
  setTimeout(connect, RETRIES[Math.min(tries, RETRIES.length - 1)]);
  tries += 1;
}

async function linkEveryone(button, cell) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("working");
  tell("everyone_busy");
  clearTimeout(noteTimer);
  try {
    const { linked } = await call("/web/everyone", { cell });
    tell("everyone_done", { n: linked });
    peopleChanged();
  } catch (failure) {
    tellFailure(failure);
  }
  button.classList.remove("working");
  button.removeAttribute("aria-disabled");
}

function showLanguage() {
  document.documentElement.lang = currentLanguage();
  document.title = word("page_title");
  const button = byId("language");
  button.textContent = word("other_language");
  button.lang = currentLanguage() === "vi" ? "en" : "vi";
  translate(document);
}

byId("language").addEventListener("click", () => {
  switchLanguage();
  showLanguage();
  clock.redraw();
  deck.redraw();
});
byId("people-open").addEventListener("click", () => picker.open());
byId("vacant-open").addEventListener("click", () => {
  deck.restore();
  deck.load();
});
byId("everyone").addEventListener("click", (event) => linkEveryone(event.currentTarget, null));
picker.everyone.addEventListener("click", (event) => linkEveryone(event.currentTarget, picker.cell.value));

await loadWords();
showLanguage();
connect();
