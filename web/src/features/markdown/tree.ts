/** What a text in Markdown may become: nothing else of it is shown as anything but text. */
export type Node =
  | { type: "text" | "code" | "codeBlock"; text: string }
  | { type: "mention"; id: string }
  | { type: "break" | "rule" }
  | { type: "image"; address: string; text: string }
  | Parent;

export type Parent = { children: Node[] } & (
  | { type: "paragraph" | "line" | "strong" | "emphasis" | "strike" | "quote" | "table" | "row" }
  /** `destination` is shown if the text looks like another address. */
  | { type: "link"; address: string; destination: string | undefined }
  | { type: "heading"; depth: number }
  /** An ordered list has the number of its first item. */
  | { type: "list"; start: number | undefined }
  /** A task has a state. */
  | { type: "item"; isDone: boolean | undefined }
  | { type: "cell"; isHead: boolean; align: "center" | "right" | undefined }
);

/** Returns the text of nodes, without their layout. */
export function textOf(nodes: readonly Node[]): string {
  return nodes.map((node) => ("children" in node ? textOf(node.children) : "text" in node ? node.text : "")).join("");
}

/** Marks that reverse or reorder what follows, and other control characters, as something to see. */
export function visible(text: string) {
  return text.replaceAll(
    // threat: marks turn a text around
    /(?![\t\n\r])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}
