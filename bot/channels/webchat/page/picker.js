// The list of people and groups: search without accents, by cell.

import { fold, make, makeButton, paintFace } from "./helpers.js";
import { pick, say, translate, word } from "./words.js";

const SHOWN = 120;
const COMMITTEE = "-";

function roleOf({ kind, role, number }) {
  if (kind === "group") return word("role_group");
  const post = role.vi ? pick(role) : word("role_member");
  return number === null ? post : `${post} · ${word("role_number", { n: number })}`;
}

export class Picker {
  constructor(dialog, deck) {
    this.dialog = dialog;
    this.deck = deck;
    this.folded = new WeakMap();
    const part = (id) => document.getElementById(`picker-${id}`);
    this.search = part("search");
    this.cell = part("cell");
    this.found = part("found");
    this.list = part("list");
    part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    this.search.addEventListener("input", () => this.draw());
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.list.querySelector("button")?.click();
    });
    this.cell.addEventListener("change", () => this.draw());
  }

  open() {
    this.search.value = "";
    this.fillCells();
    this.draw();
    this.dialog.showModal();
    this.search.focus();
  }

  /** The state changed while the list is open. */
  refresh() {
    if (this.dialog.open) this.draw();
  }

  fillCells() {
    const kept = this.cell.value;
    const option = (value, text) => {
      const node = make("option", "", text);
      node.value = value;
      return node;
    };
    const cells = [...this.deck.cells].map(([code, name]) => option(code, name));
    this.cell.replaceChildren(option("", word("cell_all")), option(COMMITTEE, word("cell_none")), ...cells);
    this.cell.value = kept;
    if (this.cell.selectedIndex < 0) this.cell.value = "";
  }

  /** Folding a thousand people at each letter would be felt. */
  foldedOf(chat) {
    if (!this.folded.has(chat)) {
      this.folded.set(chat, fold(`${chat.title} ${chat.role.vi} ${chat.role.en} ${chat.chat}`));
    }
    return this.folded.get(chat);
  }

  matching() {
    const words = fold(this.search.value).split(/\s+/).filter(Boolean);
    const cell = this.cell.value;
    return [...this.deck.chats.values()].filter((chat) => {
      if (cell && (chat.cell ?? COMMITTEE) !== cell) return false;
      return words.every((one) => this.foldedOf(chat).includes(one));
    });
  }

  draw() {
    const matching = this.matching();
    const shown = matching.slice(0, SHOWN);
    const count = { n: matching.length, shown: shown.length };
    if (!matching.length) say(this.found, "found_none");
    else say(this.found, matching.length > shown.length ? "found_more" : "found", count);
    const groups = new Map();
    for (const chat of shown) {
      if (!groups.has(chat.cell)) groups.set(chat.cell, []);
      groups.get(chat.cell).push(chat);
    }
    this.list.replaceChildren(...[...groups].map(([cell, chats]) => this.section(cell, chats)));
    translate(this.list);
  }

  section(cell, chats) {
    const section = make("section");
    const heading = make("h3");
    if (cell === null) say(heading, "cell_none");
    else {
      heading.textContent = this.deck.cells.get(cell) ?? cell;
      heading.lang = "vi";
    }
    const list = make("ul");
    for (const chat of chats) {
      const item = make("li");
      item.append(this.row(chat));
      list.append(item);
    }
    section.append(heading, list);
    return section;
  }

  row(chat) {
    const button = makeButton("pick");
    button.dataset.testid = `person-${chat.chat}`;
    const face = make("span", "face");
    face.setAttribute("aria-hidden", "true");
    paintFace(face, chat);
    const names = make("span", "names");
    const name = make("span", "name", chat.title);
    name.lang = "vi";
    names.append(name, make("span", "role", [roleOf(chat), chat.chat].join(" · ")));
    button.append(face, names);
    const state = this.stateOf(chat);
    if (state) button.append(say(make("span", `state ${state}`), `state_${state}`));
    button.addEventListener("click", () => {
      this.dialog.close();
      this.deck.open(chat.chat);
    });
    return button;
  }

  stateOf(chat) {
    if (this.deck.find(chat.chat)) return "open";
    if (chat.kind === "group") return "";
    if (chat.phone === false) return "phoneless";
    if (!chat.linked) return "unlinked";
    return chat.consent ? "linked" : "unconsented";
  }
}
