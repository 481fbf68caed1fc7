import { expect, test } from "vitest";
import { readSmallFile } from "./small-file.ts";

const read = (text: string) => readSmallFile(new Blob([text]), "admin");

test("the rows of a small file become those of the dialog, with remarks about their roles", async () => {
  const text =
    "name,email,role\nBob Smith,bob@example.com,write\nCleo,cleo@example,boss\nDan,dan@example.com,owner\nEve,,\n";
  expect(await read(text)).toEqual({
    rows: [
      { email: "bob@example.com", name: "Bob Smith", role: "write" },
      { email: "cleo@example", name: "Cleo" },
      {
        email: "dan@example.com",
        name: "Dan",
        remark: "You can’t invite someone as Owner. Check this person’s role.",
      },
    ],
    note: "1 row of the file without an address is left out.",
  });
});

test("people who are deactivated in a small file are left out, and an admin of Slack is not one here", async () => {
  expect(await read("email,status\nbob@example.com,SUSPENDED\ncleo@example.com,ACTIVE\n,\n")).toEqual({
    rows: [{ email: "cleo@example.com", role: "read" }],
    note: "1 row of the file of deactivated people is left out.",
  });
  expect(await read("email,status,billing-active\nada@example.com,Admin,1\n")).toEqual({
    rows: [{ email: "ada@example.com", remark: "“Admin” isn’t a role. Check this person’s role." }],
    note: undefined,
  });
});

test("a file with many rows, with teams, or above a size is one to import", async () => {
  const many = Array.from({ length: 101 }, (_, row) => `p${row}@example.com`).join("\n");
  expect(await read(many)).toBeUndefined();
  expect(await read("email,teams\nbob@example.com,Design\n")).toBeUndefined();
  expect(await readSmallFile(new Blob(["x".repeat(70_000)]), "admin")).toBeUndefined();
});

test("a file of which the preview asks something is one to import", async () => {
  expect(await read("ada@example.com,Ada Lovelace,Design\ngrace@example.com,Grace Hopper,Research\n")).toBeUndefined();
  expect(await read("email,Org role\nada@example.com,User\ngrace@example.com,User\n")).toBeUndefined();
  expect(await read("ada@example.com,Ada Lovelace\n")).toMatchObject({ rows: [{ name: "Ada Lovelace" }] });
  expect(await read("email,role\nada@example.com,User\n")).toEqual({
    rows: [{ email: "ada@example.com", remark: "“User” isn’t a role. Check this person’s role." }],
    note: undefined,
  });
});

test("an unsuitable file says why", async () => {
  expect(await read("PK\u0003\u0004")).toEqual({ problem: expect.stringContaining("Save the sheet as CSV") as string });
});
