import { useQuery } from "@tanstack/react-query";
import { Ellipsis, ShieldMinus, ShieldPlus, UserMinus } from "lucide-react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import { accountQuery } from "#lib/queries.ts";
import type { Team } from "#lib/teams.ts";
import { buttonClass } from "#ui/button.tsx";
import { createMenuHandle, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import { leads } from "./text.ts";
import { useRemoveFromTeam, useSetLead } from "./use-team.ts";

/** One menu for all members of the team. */
const menu = createMenuHandle<Member>();
const Trigger = triggerOf(menu);

export function MemberTrigger({ member }: { member: Member }) {
  return (
    <Trigger
      payload={member}
      type="button"
      aria-label={`Actions for ${member.name}`}
      className={buttonClass({ variant: "ghost", size: "icon" }, "-mr-1.5 data-popup-open:bg-surface-3")}
    >
      <Ellipsis />
    </Trigger>
  );
}

/** Offers the actions of those who manage the team on its members. Only owners and admins remove a lead. */
export function MemberMenu({ organization, team }: { organization: Organization; team: Team }) {
  const { data: me } = useQuery(accountQuery);
  const take = useRemoveFromTeam(organization.id, team);
  const setLead = useSetLead(organization.id, team);
  const isLed = team.own.isLead;
  return (
    <SharedMenu handle={menu}>
      {(member) => {
        const isLead = leads(member, team);
        const isOwn = member.account === me?.id;
        const isKept = isLead && !may(organization.role, "team.removeMembers");
        return (
          <>
            {isLead ? (
              <MenuItem
                icon={<ShieldMinus />}
                blocked={whyBlocked(organization, "team.removeLead", { target: { isOwn } })}
                onClick={() => setLead.mutate({ member, isLead: false })}
              >
                {isOwn ? "Stop leading the team" : "End lead role"}
              </MenuItem>
            ) : (
              <MenuItem
                icon={<ShieldPlus />}
                blocked={whyBlocked(organization, "team.addLead", { target: { isLed } })}
                onClick={() => setLead.mutate({ member, isLead: true })}
              >
                Make a lead
              </MenuItem>
            )}
            <MenuSeparator />
            <MenuItem
              icon={<UserMinus />}
              isDangerous
              blocked={
                isKept
                  ? "Only an owner or admin removes a lead from the team."
                  : whyBlocked(organization, "team.removeMembers", { target: { isLed } })
              }
              onClick={() => take.mutate(member)}
            >
              Remove from team
            </MenuItem>
          </>
        );
      }}
    </SharedMenu>
  );
}
