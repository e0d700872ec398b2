// Starts the page: state, phones, clock, people, and the stream that keeps them fresh.

import { call, listen } from "./api.js";
import { Clock } from "./clock.js";
import { Deck } from "./deck.js";
import { Faults } from "./faults.js";
import { Note } from "./note.js";
import { Picker } from "./picker.js";
import { Timeline } from "./timeline.js";
import { Tour } from "./tour.js";
import { currentLanguage, loadWords, switchLanguage, translate, word } from "./words.js";

const RETRIES = [500, 1000, 1500];
const FRESH = 700; // milliseconds between two looks at all people, at least
const PAGE = Math.random().toString(36).slice(2); // not `randomUUID`: only a secure context has it
const byId = (id) => document.getElementById(id);

const note = new Note(byId("note"));
const deck = new Deck(byId("phones"), byId("tabs"), byId("vacant"), {
  opened: (chats) => tellMine(chats),
  block: (chat, on) => faults.ask({ name: "block", chat, on }),
  heard: () => tour.look(),
});
const timeline = new Timeline(byId("timeline"), byId("timeline-open"));
const clock = new Clock(byId("clock"), passed);
const faults = new Faults(byId("faults"), byId("faults-open"), {
  changed: (switches) => deck.setSwitches(switches),
  failed: (failure) => note.fail(failure),
});
const picker = new Picker(byId("picker"), deck);
const tour = new Tour(byId("tour"), byId("tour-open"), { deck, clock });
let opened = false;
let tries = 0;
let freshening = null;
let gone = null; // why the server is away, as far as we know: a word of the page

function passed(step) {
  if (timeline.add(step)) clock.tell(step);
}

/** These phones are ours: nobody acts for their people. A stream that begins anew says so again. */
function tellMine(chats) {
  if (opened) call("/web/mine", { page: PAGE, chats }).catch(() => { /* said again with the next stream */ });
}

function setState(state) {
  byId("unit").textContent = state.title;
  clock.setState(state);
  timeline.setState(state);
  faults.set(state.switches);
  deck.setState(state);
  picker.refresh();
  tour.look();
}

/** Many changes in a row are one look at the state. */
function peopleChanged() {
  freshening ??= setTimeout(async () => {
    freshening = null; // what changes while we look is looked at again
    try {
      setState(await call("/web/state"));
    } catch { /* the stream breaks as well then, and says so */ }
  }, FRESH);
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
  listen(deck.lastId, PAGE, {
    open() {
      if (tries) note.quiet();
      if (gone) note.tell(`${gone}_back`);
      gone = null;
      tries = 0;
      tellMine(deck.phones.map((phone) => phone.chat.chat));
      deck.load(); // what came between the first look and now
      tour.begin();
    },
    message: (message) => deck.receive(message),
    clock(state) {
      clock.set(state);
      tour.look();
    },
    step: passed,
    switches(switches) {
      faults.set(switches);
      deck.setSwitches(switches);
    },
    people: peopleChanged,
    lost,
  });
}

function lost() {
  if (!gone && faults.switches?.power === "armed") gone = "dark";
  if (gone) note.tell(gone, {}, { bad: gone === "dark", stays: true });
  else if (tries > 0) note.tell("reconnecting", {}, { bad: true });
  setTimeout(connect, RETRIES[Math.min(tries, RETRIES.length - 1)]);
  tries += 1;
}

async function again() {
  gone = "again_busy";
  note.tell(gone, {}, { stays: true });
  try {
    await call("/web/again", {});
    tour.again();
  } catch (failure) {
    gone = null;
    note.fail(failure);
  }
}

function showLanguage() {
  document.documentElement.lang = currentLanguage();
  document.title = word("page_title");
  byId("language").lang = currentLanguage() === "vi" ? "en" : "vi";
  translate(document);
}

byId("language").addEventListener("click", () => {
  switchLanguage();
  showLanguage();
  clock.redraw();
  deck.redraw();
  tour.redraw();
});
byId("people-open").addEventListener("click", () => picker.open());
byId("vacant-open").addEventListener("click", () => {
  deck.restore();
  deck.load();
});
byId("again-open").addEventListener("click", () => {
  byId("again").returnValue = "";
  byId("again").showModal();
});
byId("again").addEventListener("close", () => {
  if (byId("again").returnValue === "yes") again();
});

await loadWords();
showLanguage();
connect();
