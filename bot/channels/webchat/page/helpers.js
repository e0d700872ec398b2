// Small helpers without state: nodes, names, dates.

import { currentLanguage, word } from "./words.js";

export function make(tag, className = "", text = null) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== null) node.textContent = text;
  return node;
}

export function makeButton(className, text = null) {
  const node = make("button", className, text);
  node.type = "button";
  return node;
}

/** Lower case without accents, so that "dang" finds "Đặng". */
export const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

/** The last two words: how people are called, and what fits a tab. */
export const shortName = (title) => title.trim().split(/\s+/).slice(-2).join(" ");

export function paintFace(face, chat) {
  const letters = shortName(chat.title).split(" ").map((part) => part[0]?.toUpperCase() ?? "");
  let sum = 0;
  for (const letter of chat.chat) sum = (sum * 31 + letter.codePointAt(0)) % 6;
  face.textContent = chat.kind === "group" ? "" : letters.join("");
  face.classList.add(chat.kind === "group" ? "is-group" : `hue-${sum}`);
}

const clockParts = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh", hourCycle: "h23",
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});

function partsOf(iso) {
  const parts = {};
  for (const { type, value } of clockParts.formatToParts(new Date(iso))) parts[type] = value;
  return parts;
}

export function hourOf(iso) {
  const { hour, minute } = partsOf(iso);
  return `${hour}:${minute}`;
}

/** Day, month and hour, short: for what is soon or was just now. */
export function momentOf(iso) {
  const { day, month, hour, minute } = partsOf(iso);
  return word("moment", { day, month, hour, minute });
}

/** The day in Việt Nam as 2026-11-10: the key of a day separator. */
export function dayKey(iso) {
  const { year, month, day } = partsOf(iso);
  return `${year}-${month}-${day}`;
}

export function dayOf(iso) {
  const { year, month, day } = partsOf(iso);
  const weekday = word("weekdays")[new Date(`${year}-${month}-${day}T12:00:00Z`).getUTCDay()];
  if (currentLanguage() === "vi") return `${weekday}, ${day}/${month}/${year}`;
  const name = new Intl.DateTimeFormat("en-GB", { month: "long", timeZone: "UTC" })
    .format(new Date(`${year}-${month}-01T12:00:00Z`));
  return `${weekday}, ${Number(day)} ${name} ${year}`;
}
