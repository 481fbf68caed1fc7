import { Bird, Laptop, Pencil, ShieldOff, Trash2 } from "lucide-react";
import { platformNames } from "#features/devices/text.ts";
import { Actor } from "./actor.tsx";
import type { DataOf, WordsOf } from "./event-shape.ts";
import type { Names } from "./use-names.ts";

/** What events of devices say. */
export const deviceText: WordsOf<"device"> = {
  "device.canary_changed": {
    icon: Bird,
    sentence: ({ isCanary, ...data }, names, actor) => (
      <>
        {isCanary ? "marked" : "removed the mark of"} {aDevice(data)}
        {ofMember(data, names, actor)} as a canary
      </>
    ),
  },
  "device.linked": {
    icon: Laptop,
    sentence: ({ platform, app }) => (
      <>
        linked {aDevice({ platform })} with <strong className="font-medium">{app}</strong>
      </>
    ),
  },
  "device.renamed": { icon: Pencil, sentence: (data) => `renamed ${aDevice(data)}` },
  "device.revoked": {
    icon: ShieldOff,
    sentence: ({ reason, ...data }, names, actor) =>
      reason === "token_reused" ? (
        <>used an old token of {aDevice(data)}, which is revoked: someone may have copied it</>
      ) : (
        <>
          revoked {aDevice(data)}
          {ofMember(data, names, actor)}
        </>
      ),
  },
  "device.wiped": { icon: Trash2, sentence: (data) => `has wiped ${aDevice(data)}` },
};

const aDevice = ({ platform }: Pick<DataOf<"device.renamed">, "platform">) =>
  platform === "other" || platform === "unknown" ? "a device" : `a ${platformNames[platform]} device`;

const ofMember = ({ account }: { account: string }, names: Names, actor: string) =>
  account !== actor && (
    <>
      {" "}
      of <Actor actor={account} names={names} isObject />
    </>
  );
