import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import { kernelKeys } from "../kernel/keys.ts";
import { settingKeys } from "./keys.ts";
import * as Setting from "./setting.ts";
import { SingleSignOn } from "./shape.ts";

const directoryId = "2b1c7e0a-94f3-4d1e-8a55-6f0c3d9b7e21";
const issuer = "https://acme.okta.com/oauth2/default";
const clientId = "0oa1b2c3D4";

const mistake = (field: keyof typeof SingleSignOn, text: string) =>
  v.safeParse(SingleSignOn[field], text, { abortPipeEarly: true }).issues?.[0].message;

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

type Sent = { directoryId?: string | null; issuer?: string | null; clientId?: string | null };
const read = () => fixture.as(fixture.ada, () => Setting.getGeneral({}));
const save = (revision: number, singleSignOn: Sent) =>
  fixture.as(fixture.ada, () => Setting.saveGeneral({ revision, singleSignOn }));

describe("single sign-on", () => {
  test("is a directory, or an issuer with a client ID", async () => {
    expect(await save(0, { directoryId: ` ${directoryId.toUpperCase()} ` })).toMatchObject({
      singleSignOn: { directoryId },
    });
    const next = await save(1, { directoryId: null, issuer, clientId });
    expect(next.singleSignOn).toEqual({ issuer, clientId });
    expect(await read()).toEqual(next);
    expect((await save(2, { issuer: null, clientId: null })).singleSignOn).toEqual({});
  });

  test.each<[string, Sent, Sent, string]>([
    ["both at once", {}, { directoryId, issuer, clientId }, "directoryId"],
    ["a client ID beside a directory", { directoryId }, { clientId }, "directoryId"],
    ["an issuer alone", {}, { issuer }, "clientId"],
    ["a client ID alone", {}, { clientId }, "issuer"],
    ["an issuer that loses its client ID", { issuer, clientId }, { clientId: null }, "clientId"],
  ])("is not %s", async (_, first, then, field) => {
    const { revision } = Object.keys(first).length > 0 ? await save(0, first) : await read();
    const refused = await save(revision, then).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "input.invalid", fields: [{ path: `singleSignOn.${field}` }] });
    expect((await read()).singleSignOn).toEqual(first);
  });

  test("is changed only shortly after a sign-in, and the rest at any time", async () => {
    await save(0, { directoryId });
    fixture.world.clock.pass(660);
    expect(await resultOf(save(1, { directoryId: null }))).toBe("actor.reauthentication_required");
    expect(await resultOf(save(1, { directoryId: null, issuer, clientId }))).toBe("actor.reauthentication_required");
    expect(await save(1, { directoryId })).toMatchObject({ revision: 1, singleSignOn: { directoryId } });
    const phone = () => Setting.saveGeneral({ revision: 1, contact: { phone: "12345" } });
    expect(await fixture.as(fixture.ada, phone)).toMatchObject({ revision: 2, singleSignOn: { directoryId } });
  });

  test("conflicts and stands in the history as the other general settings do, and its values not in events", async () => {
    await save(0, { issuer, clientId });
    expect(await resultOf(save(0, { clientId: "other" }))).toBe("setting.changed");
    const row = await fixture.world.table.get(settingKeys.revision(fixture.organization, 1));
    expect(row).toMatchObject({
      sections: ["general"],
      patch: { "singleSignOn.issuer": { to: issuer }, "singleSignOn.clientId": { to: clientId } },
    });
    const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
    expect(JSON.stringify(items)).not.toMatch(/okta|0oa1b2c3D4/);
  });
});

describe("what is no directory, issuer or client ID is told in a sentence:", () => {
  test.each<[keyof typeof SingleSignOn, string, RegExp]>([
    ["directoryId", "acme.onmicrosoft.com", /^A directory ID has 32/],
    ["directoryId", `{${directoryId}}`, /^A directory ID has 32/],
    ["directoryId", "9188040D-6C67-4C5B-B112-36A304B66DAD", /^This is not the directory/],
    ["directoryId", "00000000-0000-0000-0000-000000000000", /^This is not the directory/],
    ["issuer", "http://acme.okta.com", /^The address must begin with https/],
    ["issuer", "acme.okta.com", /^The address must begin with https/],
    ["issuer", "https://login.acme.internal", /^This host is not on the public internet/],
    ["issuer", "https://127.0.0.1", /^Use a host name/],
    ["issuer", "https://[::1]/", /^Use a host name/],
    ["issuer", "https://ada:secret@acme.okta.com", /^The address must not contain a name/],
    ["issuer", "https://acme.okta.com?x=1", /^Remove \? or #/],
    ["issuer", "https://acme.okta.com#x", /^Remove \? or #/],
    ["issuer", "https://acme.okta.com:8443", /^Remove the port/],
    ["issuer", "https://acme.okta.com/.well-known/openid-configuration", /^Enter the issuer alone/],
    ["issuer", "https://login.microsoftonline.com/common/v2.0", /^For Microsoft Entra/],
    ["issuer", "https://sts.windows.net/2b1c7e0a/", /^For Microsoft Entra/],
    ["clientId", " ", /^Enter the client ID\./],
    ["clientId", "two words", /^A client ID has no spaces/],
    ["clientId", "id\u202e", /^A client ID has no spaces/],
    ["clientId", "a".repeat(256), /^The client ID may have at most 255/],
  ])("%s %s", (field, text, sentence) => {
    expect(mistake(field, text)).toMatch(sentence);
  });

  test.each<[keyof typeof SingleSignOn, string]>([
    ["issuer", "https://accounts.google.com"],
    ["issuer", "https://acme.okta.com:443/oauth2/default"],
    ["clientId", "1234567890-abc.apps.googleusercontent.com"],
  ])("%s may be %s", (field, text) => {
    expect(mistake(field, text)).toBeUndefined();
  });
});
