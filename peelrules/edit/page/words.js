// The framework, looked up and searched.

import { h } from "./dom.js";

export class Words {
  constructor(start) {
    Object.assign(this, start);
    this.characteristics = start.questions.flatMap((question) =>
      question.characteristics.map((each) => ({
        ...each,
        question,
        title_: each.title.toLocaleLowerCase(),
        all_: `${each.title} ${each.text} ${each.id} ${question.name}`.toLocaleLowerCase(),
      })));
    this.byName = new Map(this.characteristics.flatMap((each) => [[each.title.toLowerCase(), each], [each.id, each]]));
    this.question = new Map(start.questions.map((each) => [each.id, each]));
  }

  advice(field) {
    return this.guide.fields[field];
  }

  // By its id, or by its title, which evidence may have as well.
  characteristic(name) {
    return typeof name === "string" ? this.byName.get(name) ?? this.byName.get(name.trim().toLowerCase()) : undefined;
  }

  // The characteristics that a finding bears on, as far as they are known.
  borne(finding) {
    const names = Array.isArray(finding?.bears_on) ? finding.bears_on : [finding?.bears_on];
    return names.map((name) => this.characteristic(name)).filter(Boolean);
  }

  questionOf(finding) {
    return this.borne(finding)[0]?.question.id ?? null;
  }

  // Characteristics with all the words in them, those first that begin with them.
  search(typed, chosen, questions) {
    const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const rank = (each) => {
      let sum = questions.length && !questions.includes(each.question.id) ? 8 : 0;
      for (const word of words) {
        const at = each.title_.indexOf(word);
        sum += at === 0 ? 0 : at > 0 && /\W/.test(each.title_[at - 1]) ? 1 : at > 0 ? 2 : each.id.includes(word) ? 2 : 3;
      }
      return sum;
    };
    const taken = chosen.map((name) => this.characteristic(name)?.id);
    return this.characteristics
      .filter((each) => !taken.includes(each.id) && words.every((word) => each.all_.includes(word)))
      .map((each, place) => ({ each, place, rank: rank(each) }))
      .sort((one, other) => one.rank - other.rank || one.place - other.place)
      .map(({ each }) => each);
  }
}

// A text with the words that were typed marked in it.
export function marked(text, typed) {
  const words = typed.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!words.length) return [text];
  return text.split(new RegExp(`(${words.join("|")})`, "i")).map((part, at) => (at % 2 ? h("mark", {}, part) : part));
}
