import { afterAll, beforeAll, expect, test } from "vitest";
import { openPlace, type Place } from "./testing/instance.ts";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  await place.launch().ready;
}, 120_000);
afterAll(() => place.leave(), 60_000);

type Body = Record<string, unknown>;

async function call<A = Body>(method: string, path: string, { token, body }: { token?: string; body?: object } = {}) {
  const answer = await fetch(`${place.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as A;
}

async function signIn(email: string): Promise<string> {
  const { flow } = await call("POST", "/sign-in", { body: { email } });
  let code: string | undefined;
  const read = async () => {
    const answer = await fetch(`${place.url}/mailbox/api/mails?to=${email}`);
    const { items } = (await answer.json()) as { items: { text: string }[] };
    code = /[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(items[0]?.text ?? "")?.[0];
    return code;
  };
  await expect.poll(read, { timeout: 60_000 }).toBeDefined();
  const { token } = await call<{ token: string }>("POST", "/sign-in/token", { body: { flow, code } });
  return token;
}

type Begun = { import: { id: string }; upload: { url: string; fields: Record<string, string> } };
type Info = { state: string; counts: Body; reported: boolean };

test("20,000 rows go from a browser's form to invitations, counts and a report", { timeout: 300_000 }, async () => {
  const token = await signIn("ada@example.com");
  const { id } = await call<{ id: string }>("POST", "/organizations", { token, body: { name: "Acme" } });
  const imports = `/organizations/${id}/imports`;
  const begun = await call<Begun>("POST", imports, { token, body: { fileName: "people.csv" } });

  const rows = Array.from({ length: 20_000 }, (_, n) => (n % 50 === 49 ? `nobody ${n}` : `person-${n}@example.com`));
  const form = new FormData();
  for (const [name, value] of Object.entries(begun.upload.fields)) form.append(name, value);
  form.append("file", new Blob([`email\n${rows.join("\n")}\n`]), "people.csv");
  expect((await fetch(begun.upload.url, { method: "POST", body: form })).status).toBe(204);

  const get = () => call<Info>("GET", `${imports}/${begun.import.id}`, { token });
  await expect.poll(async () => (await get()).reported, { timeout: 240_000, interval: 500 }).toBe(true);
  expect(await get()).toMatchObject({
    ...{ state: "done", rows: 20_000, retryable: 19_598 },
    counts: { invited: 2, no_seat: 19_598, invalid_email: 400 },
  });

  const { url } = await call<{ url: string }>("GET", `${imports}/${begun.import.id}/report?rows=failed`, { token });
  const report = (await (await fetch(url)).text()).split("\r\n").slice(1, -1);
  expect(report).toHaveLength(19_998);
  expect(report[0]).toBe("person-2@example.com,4,no_seat,No seat is free for this one.");

  const mailed = async () => {
    const answer = await fetch(`${place.url}/mailbox/api/mails?to=person-0@example.com`);
    return ((await answer.json()) as { items: object[] }).items.length;
  };
  await expect.poll(mailed, { timeout: 60_000 }).toBe(1);
});
