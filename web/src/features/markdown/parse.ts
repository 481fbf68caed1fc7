import { leafOf, tokensOf } from "@muster/core/update/read-markdown.ts";
import { mention } from "@muster/core/update/shape.ts";
import type { Token } from "markdown-it";
import { hiddenDestination, safeAddress } from "./address.ts";

/** A reference is an address that many links share: together they are no larger than a few texts. */
const maxAddresses = 40_000;
const maxMentions = 50;
/** Groups that say nothing but what they are. */
const plain: { [token: string]: "quote" | "table" | "row" | "strong" | "emphasis" | "strike" | undefined } = {
  blockquote_open: "quote",
  table_open: "table",
  tr_open: "row",
  strong_open: "strong",
  em_open: "emphasis",
  s_open: "strike",
};

/** Returns the tree of a text in Markdown; `undefined` for one that is too large, which is shown as typed. */
export function parse(text: string): Node[] | undefined {
  const tokens = tokensOf(text);
  return tokens && new Builder().build(tokens);
}

/** Makes a tree of the parser's flat list, in which tokens open and close each other. */
class Builder {
  #addresses = 0;
  #mentions = 0;
  /** The headings that the present one is below, by their own ranks: no level is left out. */
  readonly #headings: number[] = [];

  build(tokens: readonly Token[]): Node[] {
    return this.#nest(tokens).map(finish);
  }

  #nest(tokens: readonly Token[]): Node[] {
    const root: Node[] = [];
    const open = [root];
    for (const token of tokens) {
      const level = open.at(-1) ?? root;
      if (token.nesting < 0) {
        open.pop();
      } else if (token.nesting > 0) {
        const parent = this.#parentOf(token);
        // a group without a look of its own, such as the body of a table
        if (parent) level.push(parent);
        open.push(parent?.children ?? level);
      } else {
        level.push(...this.#leavesOf(token));
      }
    }
    return root;
  }

  #parentOf(token: Token): Parent | undefined {
    const children: Node[] = [];
    const type = plain[token.type];
    if (type !== undefined) return { type, children };
    switch (token.type) {
      case "paragraph_open":
        return { type: token.hidden ? "line" : "paragraph", children };
      case "heading_open":
        return { type: "heading", depth: this.#depthOf(token), children };
      case "bullet_list_open":
        return { type: "list", start: undefined, children };
      case "ordered_list_open":
        return { type: "list", start: Number(token.attrGet("start") ?? 1), children };
      case "list_item_open":
        return { type: "item", isDone: undefined, children };
      case "th_open":
      case "td_open":
        return { type: "cell", isHead: token.type === "th_open", align: alignOf(token), children };
      case "link_open":
        return this.#linkOf(token, children);
      default:
        return undefined;
    }
  }

  #leavesOf(token: Token): Node[] {
    if (token.type === "inline") return this.#nest(token.children ?? []);
    const leaf = leafOf(token);
    switch (leaf) {
      case "code":
        return [{ type: "code", text: visible(token.content) }];
      case "codeBlock":
        return [{ type: "codeBlock", text: visible(token.content.replace(/\n$/, "")) }];
      case "break":
      case "rule":
        return [{ type: leaf }];
      case "image":
        return [this.#imageOf(token)];
      case "text":
        return this.#textOf(token.content);
    }
  }

  #linkOf(token: Token, children: Node[]): Parent | undefined {
    const address = this.#addressOf(token, "href");
    return address === undefined ? undefined : { type: "link", address, destination: undefined, children };
  }

  #imageOf(token: Token): Node {
    const text = visible(token.content);
    const address = this.#addressOf(token, "src");
    // threat: an image comes without encryption
    return address?.startsWith("https:") ? { type: "image", address, text } : { type: "text", text };
  }

  #addressOf(token: Token, name: string) {
    const address = safeAddress(String(token.attrGet(name)));
    this.#addresses += address?.length ?? 0;
    // threat: one reference makes a page of many megabytes
    return this.#addresses > maxAddresses ? undefined : address;
  }

  #textOf(text: string): Node[] {
    return text.split(mention).flatMap((piece, at): Node[] => {
      if (at % 2 === 0) return piece === "" ? [] : [{ type: "text", text: visible(piece) }];
      this.#mentions += 1;
      return this.#mentions > maxMentions ? [{ type: "text", text: `@${piece}` }] : [{ type: "mention", id: piece }];
    });
  }

  #depthOf({ tag }: Token) {
    const rank = Number(tag.slice(1));
    while ((this.#headings.at(-1) ?? 0) >= rank) this.#headings.pop();
    return this.#headings.push(rank);
  }
}

function alignOf(token: Token) {
  const style = String(token.attrGet("style") ?? "");
  return style.endsWith("right") ? "right" : style.endsWith("center") ? "center" : undefined;
}

/** Completes a node by its content, which says where a link leads, and whether an item is a task. */
function finish(node: Node): Node {
  if (!("children" in node)) return node;
  node.children = node.children.map(finish);
  if (node.type === "link") {
    // threat: a link is inside a link
    node.children = node.children.map(withoutImage);
    node.destination = hiddenDestination(textOf(node.children), node.address);
  }
  return node.type === "item" ? withTask(node) : node;
}

/** A link is not inside a link. */
function withoutImage(node: Node): Node {
  if (node.type === "image") return { type: "text", text: node.text };
  if ("children" in node) node.children = node.children.map(withoutImage);
  return node;
}

function withTask(item: Parent & { type: "item" }): Node {
  const [first] = item.children;
  const start = first !== undefined && "children" in first ? first.children[0] : undefined;
  const [mark = "", state = ""] = start?.type === "text" ? (/^\[([ xX])\] /.exec(start.text) ?? []) : [];
  if (start?.type === "text" && mark !== "") {
    start.text = start.text.slice(mark.length);
    item.isDone = state !== " ";
  }
  return item;
}

/** An element of a text in Markdown. All other markup is shown as text. */
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
function textOf(nodes: readonly Node[]): string {
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
