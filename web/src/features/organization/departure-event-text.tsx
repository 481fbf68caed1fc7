import { LogOut } from "lucide-react";
import { plural } from "#lib/format.ts";
import { Actor } from "./actor.tsx";
import type { WordsOf } from "./event-shape.ts";

/** What events of departures say. */
export const departureText: WordsOf<"departure"> = {
  "departure.recorded": {
    icon: LogOut,
    sentence: ({ account, devices, secrets }, names) => (
      <>
        recorded what left with {plural(devices, "device")} of <Actor actor={account} names={names} isObject />:{" "}
        {secrets === 0 ? "no API key" : `${plural(secrets, "API key")} to replace`}
      </>
    ),
  },
};
