import { Markdown } from "#features/markdown/markdown.tsx";

/** A description mentions nobody. */
const names = {};

/** What a team is for. */
export function TeamDescription({ text }: { text: string }) {
  return <Markdown text={text} names={names} below={1} />;
}
