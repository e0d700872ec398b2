// Who writes in a group: the people of the cell, its secretary first.

import { make } from "./helpers.js";

export function fillSpeakers(select, people) {
  const kept = select.value;
  select.replaceChildren(...people.map((person) => {
    const name = person.role.vi ? `${person.title} (${person.role.vi})` : person.title;
    const option = make("option", "", name);
    option.value = person.chat;
    return option;
  }));
  const first = people.find((person) => /^bí thư/i.test(person.role.vi)) ?? people[0];
  select.value = people.some((person) => person.chat === kept) ? kept : first?.chat ?? "";
}
