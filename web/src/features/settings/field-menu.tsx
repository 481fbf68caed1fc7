import { type FieldKey, fields } from "@muster/settings/fields.ts";
import { CircleHelp, History, Pin, RotateCcw } from "lucide-react";
import { createMenuHandle, MenuCheck, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import { useNameOf } from "./catalog.tsx";
import { useSetting } from "./layer-context.ts";
import { valueText } from "./setting-text.ts";

/** One menu for all settings of a form. */
const menu = createMenuHandle<FieldKey>();

export const FieldMenuTrigger = triggerOf(menu);

export function FieldMenu() {
  return <SharedMenu handle={menu}>{(field) => <Items field={field} />}</SharedMenu>;
}

function Items({ field }: { field: FieldKey }) {
  const { form, say, inherited, blocked, setLocked, setOpen, keep, inherit } = useSetting(field);
  const { rank, ask } = form;
  const nameOf = useNameOf(field);
  const mayLock = rank !== "member" && fields[field].isPersonal;
  return (
    <>
      {mayLock && (
        <MenuCheck isChecked={say.isLocked} hint="Members can’t change it" blocked={blocked} onChange={setLocked}>
          Locked
        </MenuCheck>
      )}
      {rank === "organization" && (
        <MenuCheck
          isChecked={say.isOpen}
          hint="A team’s value replaces the organization’s"
          blocked={blocked}
          onChange={setOpen}
        >
          Teams may override
        </MenuCheck>
      )}
      {(mayLock || rank === "organization") && <MenuSeparator />}
      {say.value === undefined ? (
        <MenuItem icon={<Pin />} blocked={blocked} onClick={keep}>
          Set here: {valueText(field, typeof inherited.value === "number" ? 0 : inherited.value, nameOf)}
        </MenuItem>
      ) : (
        <MenuItem icon={<RotateCcw />} blocked={blocked} onClick={inherit}>
          Use inherited: {valueText(field, inherited.value, nameOf)}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={<CircleHelp />} onClick={() => ask("why", field)}>
        Why is it so?
      </MenuItem>
      {rank !== "member" && (
        <MenuItem icon={<History />} onClick={() => ask("history", field)}>
          History
        </MenuItem>
      )}
    </>
  );
}
