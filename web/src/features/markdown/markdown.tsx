import { createElement, Fragment, type ReactNode, useMemo } from "react";
import { cn } from "#lib/cn.ts";
import { Away, Cell, CodeBlock, Heading, Image, Item, List, Mention, type MentionNames, Table } from "./elements.tsx";
import { maxTextLength, parse } from "./parse.ts";
import { type Node, type Parent, visible } from "./tree.ts";

type Props = { text: string; names: MentionNames; className?: string };

/** A text in Markdown. It has no HTML, styles or scripts of its own, and loads nothing. Its headings are below `h3`. */
export function Markdown({ text, names, className }: Props) {
  const nodes = useMemo(() => parse(text), [text]);
  const look = cn("min-w-0 [overflow-wrap:anywhere]", className);
  return nodes === undefined ? (
    <p dir="auto" className={cn(look, "whitespace-pre-wrap")}>
      {visible(text.slice(0, maxTextLength))}
    </p>
  ) : (
    <div className={cn(look, "grid grid-cols-1 gap-2.5")}>{elementsOf(nodes, names)}</div>
  );
}

/** Elements without keys: they never move. */
function elementsOf(nodes: readonly Node[], names: MentionNames) {
  return createElement(Fragment, null, ...nodes.map((node) => elementOf(node, names)));
}

function elementOf(node: Node, names: MentionNames): ReactNode {
  if ("children" in node) return parentOf(node, names);
  switch (node.type) {
    case "text":
      return node.text;
    case "code":
      return <code className="rounded bg-surface-3 px-1 py-0.5 font-mono text-[0.92em]">{node.text}</code>;
    case "codeBlock":
      return <CodeBlock text={node.text} />;
    case "mention":
      return <Mention id={node.id} name={names[node.id]} />;
    case "break":
      return <br />;
    case "rule":
      return <hr className="my-1 border-border" />;
    case "image":
      return <Image address={node.address} text={node.text} />;
  }
}

function parentOf(node: Parent, names: MentionNames): ReactNode {
  const children = elementsOf(node.children, names);
  switch (node.type) {
    case "paragraph":
      return <p dir="auto">{children}</p>;
    case "line":
      return <span dir="auto">{children}</span>;
    case "heading":
      return <Heading depth={node.depth}>{children}</Heading>;
    case "quote":
      return <blockquote className="grid gap-2 border-l-2 border-border-strong pl-3 text-fg-2">{children}</blockquote>;
    case "list":
      return <List start={node.start}>{children}</List>;
    case "item":
      return <Item isDone={node.isDone}>{children}</Item>;
    case "table": {
      const [head, ...body] = node.children;
      return <Table head={head && elementOf(head, names)} body={elementsOf(body, names)} />;
    }
    case "row":
      return <tr className="border-b border-border last:border-0">{children}</tr>;
    case "cell":
      return (
        <Cell isHead={node.isHead} align={node.align}>
          {children}
        </Cell>
      );
    case "strong":
      return <strong className="font-semibold">{children}</strong>;
    case "emphasis":
      return <em>{children}</em>;
    case "strike":
      return <del>{children}</del>;
    case "link":
      return (
        <Away address={node.address} destination={node.destination}>
          {children}
        </Away>
      );
  }
}
