import { maxTextLength } from "@muster/core/update/read-markdown.ts";
import { createElement, Fragment, type ReactNode, useMemo } from "react";
import { cn } from "#lib/cn.ts";
import { Away, Cell, CodeBlock, Heading, Image, Item, List, Mention, type MentionNames, Table } from "./elements.tsx";
import { type Node, type Parent, parse, visible } from "./parse.ts";

type Context = {
  names: MentionNames;
  /** The rank of the heading that the text is below: its own begin with the next one. */
  below: number;
};
type Props = Pick<Context, "names"> & { text: string; below?: number; className?: string };

/** A text in Markdown. It has no HTML, styles or scripts of its own, and loads nothing. */
export function Markdown({ text, names, below = 3, className }: Props) {
  const nodes = useMemo(() => parse(text), [text]);
  const look = cn("min-w-0 [overflow-wrap:anywhere]", className);
  return nodes === undefined ? (
    <p dir="auto" className={cn(look, "whitespace-pre-wrap")}>
      {visible(text.slice(0, maxTextLength))}
    </p>
  ) : (
    <div className={cn(look, "grid grid-cols-1 gap-2.5")}>{elementsOf(nodes, { names, below })}</div>
  );
}

/** Elements without keys: they never move. */
function elementsOf(nodes: readonly Node[], context: Context) {
  return createElement(Fragment, null, ...nodes.map((node) => elementOf(node, context)));
}

function elementOf(node: Node, context: Context): ReactNode {
  if ("children" in node) return parentOf(node, context);
  switch (node.type) {
    case "text":
      return node.text;
    case "code":
      return <code className="rounded bg-surface-3 px-1 py-0.5 font-mono text-[0.92em]">{node.text}</code>;
    case "codeBlock":
      return <CodeBlock text={node.text} />;
    case "mention":
      return <Mention id={node.id} name={context.names[node.id]} />;
    case "break":
      return <br />;
    case "rule":
      return <hr className="my-1 border-border" />;
    case "image":
      return <Image address={node.address} text={node.text} />;
  }
}

function parentOf(node: Parent, context: Context): ReactNode {
  const children = elementsOf(node.children, context);
  switch (node.type) {
    case "paragraph":
      return <p dir="auto">{children}</p>;
    case "line":
      return <span dir="auto">{children}</span>;
    case "heading":
      return (
        <Heading rank={context.below + node.depth} depth={node.depth}>
          {children}
        </Heading>
      );
    case "quote":
      return <blockquote className="grid gap-2 border-l-2 border-border-strong pl-3 text-fg-2">{children}</blockquote>;
    case "list":
      return <List start={node.start}>{children}</List>;
    case "item":
      return <Item isDone={node.isDone}>{children}</Item>;
    case "table": {
      const [head, ...body] = node.children;
      return <Table head={head && elementOf(head, context)} body={elementsOf(body, context)} />;
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
