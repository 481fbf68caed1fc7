import type { MailMessage } from "../kernel/ports.ts";
import type { Block, Content } from "./content.ts";
import { html } from "./html.ts";

/** Returns the mail to a person. `tags` identify it in the provider's events. */
export function compose(to: string, content: Content, tags: Record<string, string>): MailMessage {
  return { to, subject: content.subject, text: plain(content), html: html(content), tags };
}

function plain({ blocks }: Content): string {
  return `${blocks.map(lines).join("\n\n")}\n`;
}

function lines(block: Block): string {
  switch (block.kind) {
    case "button":
      return `${block.text}:\n${block.url}`;
    case "item":
      return `${block.text}:\n${block.url}\n${block.detail}`;
    case "quote":
      return [block.from, ...block.text.split(/\r?\n/).map((line) => `> ${line}`.trimEnd())].join("\n");
    case "heading":
    case "section":
    case "paragraph":
    case "small":
    case "code":
      return block.text;
  }
}
