import type { Line, Part } from "@muster/core/message/line.ts";
import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from "@tanstack/react-router";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { MessageLine } from "./message-line.tsx";
import type { Names } from "./names.ts";

const names: Names = {
  organizationId: "org_1",
  me: "acc_ada",
  isMine: true,
  member: (account) => ({ acc_ada: "Ada", acc_bob: "Bob" })[account],
  isGone: (account) => account === "acc_eve",
  invited: (invitation) => ({ inv_carl: "carl@acme.com" })[invitation],
  accountOf: (invitation) => ({ inv_bob: "acc_bob" })[invitation],
};
const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });

/** Bold text is between asterisks, and a link is followed by where it leads. */
function shown(line: Line) {
  const children = createElement(MessageLine, { line, names });
  return renderToStaticMarkup(RouterContextProvider({ router, children }))
    .replaceAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g, "$2 ($1)")
    .replaceAll(/<\/?strong[^>]*>/g, "*")
    .replaceAll(/<[^>]*>/g, "");
}

test.each<[Part, string]>([
  ["text", "text"],
  [{ name: "Acme" }, "*Acme*"],
  [{ domain: "xn--mnchen-3ya.de" }, "*münchen.de*"],
  [{ actor: "acc_ada" }, "*yourself*"],
  [{ actor: "acc_bob" }, "Bob (/organizations/org_1/members?search=Bob)"],
  [{ actor: "acc_eve" }, "*a former member*"],
  [{ actor: "system" }, "*Muster*"],
  [{ members: ["acc_bob"] }, "Bob (/organizations/org_1/members?search=Bob)"],
  [{ members: ["acc_bob", "acc_eve"] }, "*2 people*"],
  [{ invited: ["inv_bob"] }, "Bob (/organizations/org_1/members?search=Bob)"],
  [{ invited: ["inv_carl"] }, "*carl@acme.com*"],
  [{ invited: ["inv_dan"] }, "*someone*"],
  [{ invited: ["inv_bob", "inv_carl"] }, "*2 people*"],
  [{ team: "team_1", name: "Design" }, "Design (/organizations/org_1/teams/team_1)"],
  [{ update: "upd_1" }, "an update (/organizations/org_1/updates/upd_1)"],
  [{ import: "imp_1" }, "an import (/organizations/org_1/imports/imp_1)"],
])("%j is shown as %s", (part, text) => {
  expect(shown([part])).toBe(text);
});

test("the parts of a line follow each other", () => {
  expect(shown(["renamed ", { name: "A" }, " to ", { name: "B" }])).toBe("renamed *A* to *B*");
});
