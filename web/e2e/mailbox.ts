import { type APIRequestContext, expect } from "@playwright/test";

type Mail = { id: string; text: string };

/** A mail arrives within a few hundred milliseconds. */
const intervals = [50, 100, 100, 200];

/**
 * Returns the texts of the mails to an address that contain or link to this, newest first; waits until there are so
 * many.
 */
export async function mailsTo(request: APIRequestContext, email: string, words: string, count = 1) {
  let texts: string[] = [];
  await expect
    .poll(
      async () => {
        const answer = await request.get("/mailbox/api/mails", { params: { to: email } });
        const { items } = (await answer.json()) as { items: Mail[] };
        texts = items.map(({ text }) => text).filter((text) => text.includes(words));
        return texts.length;
      },
      { message: `mails to ${email}`, intervals },
    )
    .toBeGreaterThanOrEqual(count);
  return texts;
}

/** Returns the code and the link of the newest sign-in mail to an address; waits until so many have arrived. */
export async function newestMail(request: APIRequestContext, email: string, count = 1) {
  const [text = ""] = await mailsTo(request, email, "/sign-in#", count);
  return { code: codeIn(text), link: find(text, /(\/sign-in#flow=\S+)/) };
}

/** Returns the code of the reauthentication mail. */
export async function reauthenticationCode(request: APIRequestContext, email: string) {
  const [text = ""] = await mailsTo(request, email, "Confirm it's you");
  return codeIn(text);
}

/** The mail of one flow, among others to the same address. */
export async function mailOf(request: APIRequestContext, email: string, flow: string) {
  let found: Awaited<ReturnType<typeof newestMail>> | undefined;
  await expect
    .poll(
      async () => {
        const mail = await newestMail(request, email);
        found = mail.link.includes(flow) ? mail : undefined;
        return found;
      },
      { message: `the mail of ${flow}`, intervals },
    )
    .toBeDefined();
  return found ?? newestMail(request, email);
}

const codeIn = (text: string) => find(text, /\b([2-9A-Z]{4}-[2-9A-Z]{4})\b/);

function find(text: string, pattern: RegExp) {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined) {
    throw new Error(`The mail has nothing like ${pattern}:\n${text}`);
  }
  return found;
}
