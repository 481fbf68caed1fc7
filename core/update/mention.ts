import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { emptyText } from "../base/shape.ts";
import { mentionsIn } from "./shape.ts";

/** Returns what an event says of ids that a text mentions; nothing if it mentions nobody. */
export function eventMentions(ids: readonly string[]) {
  const accounts = ids.filter((id) => ID.is("account", id));
  const teams = ids.filter((id) => ID.is("team", id));
  return { ...(accounts.length > 0 && { accounts }), ...(teams.length > 0 && { teams }) };
}

/** A text whose first line begins with a letter shows at least that. A number may be that of a list. */
const beginsWithWord = /^[\s>*+-]*[\p{L}@]/u;

/**
 * Returns the ids that a text mentions where its readers see them named.
 * @throws input.invalid for a text that shows nothing
 */
export async function mentionedIn(content: string, noun: string): Promise<string[]> {
  const { isBlank, mentions } = await read(content);
  if (!isBlank) return mentions;
  throw implied.invalid({ fields: [{ path: "content", message: emptyText(noun) }] });
}

/** The same of an edit: those that its text did not mention before. @throws input.invalid */
export async function addedMentions(content: string, before: string, noun: string): Promise<string[]> {
  if (content === before) return [];
  const mentioned = await mentionedIn(content, noun);
  const { mentions: known } = await read(before);
  return mentioned.filter((id) => !known.includes(id));
}

/** The parser of Markdown is loaded only for texts that need it. */
async function read(content: string): Promise<{ isBlank: boolean; mentions: string[] }> {
  if (beginsWithWord.test(content) && mentionsIn(content).length === 0) return { isBlank: false, mentions: [] };
  const { isBlank, shownMentions } = await import("./read-markdown.ts");
  // threat: a mention in code notifies
  return { isBlank: isBlank(content), mentions: shownMentions(content) };
}
