import type { MailMessage } from "../kernel/ports.ts";
import { mintToken, type Named, urlsOf } from "../notification/unsubscribe-link.ts";
import { type Block, type Content, link } from "./content.ts";
import { html } from "./html.ts";

/** Returns the mail to a person. `tags` identify it in the provider's events. */
export function compose(to: string, content: Content, tags: Record<string, string>): MailMessage {
  return { to, subject: content.subject, text: plain(content), html: html(content), tags };
}

/** The same, of mails that its reader can end: by a link, and by the button of a mailbox provider. */
export function composeForList(
  to: string,
  { blocks, ...content }: Content,
  tags: Record<string, string>,
  { named, text }: { named: Named; text: string },
): MailMessage {
  const { page, post } = urlsOf(mintToken(named));
  const mail = compose(to, { ...content, blocks: [...blocks, link(text, page)] }, tags);
  return { ...mail, unsubscribeUrl: post };
}

function plain({ blocks }: Content): string {
  return `${blocks.map(lines).join("\n\n")}\n`;
}

function lines(block: Block): string {
  switch (block.kind) {
    case "link":
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
