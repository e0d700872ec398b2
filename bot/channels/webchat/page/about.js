// What a phone is, in words that tell it to somebody who has never heard of a Party cell.

import { pick, say, sayBoth, word } from "./words.js";

function post({ role, cell, number }) {
  const place = number === null ? "" : word("about_number", { n: number });
  if (!role.vi) return word("about_member", { place });
  return word(cell === null ? "about_commune" : "about_cell", { role: pick(role), place });
}

/** "Secretary of the cell, with buttons"; "Member no. 10, answers by numbers as on Zalo". */
export function sayAbout(node, chat, mode) {
  if (chat.kind === "group") return say(node, "about_group");
  return say(node, "about", { who: () => post(chat), how: () => word(`about_${mode}`) });
}

/** The same, as short as a tab. */
export function sayShort(node, chat) {
  if (chat.kind === "group") return say(node, "tab_group");
  if (chat.role.vi) return sayBoth(node, chat.role);
  return say(node, "tab_member", { n: chat.number ?? "" });
}

/** What sort of phone it is, for the hints: its role comes as readable text. */
export function kindOf(chat) {
  if (chat.kind === "group") return "group";
  if (chat.cell === null) return "reader";
  return /^bí thư/i.test(chat.role.vi) ? "secretary" : "member";
}
