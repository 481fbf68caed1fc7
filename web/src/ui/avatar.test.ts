import { expect, test } from "vitest";
import { colorClass, colorOf } from "./avatar.tsx";

test("names are spread evenly over all colors", () => {
  const many = 9_000;
  const counts = new Map<string, number>(Object.keys(colorClass).map((color) => [color, 0]));
  for (let n = 0; n < many; n++) {
    const color = colorOf(`Person ${n}`);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  for (const count of counts.values()) {
    expect(count / many).toBeGreaterThan(0.09);
    expect(count / many).toBeLessThan(0.13);
  }
});
