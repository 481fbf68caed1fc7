import { permissionText } from "@muster/core/base/permission-text.ts";
import { roles } from "@muster/core/base/role.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ManagerList } from "#features/rights/manager-list.tsx";
import { managersOf, may, mayGrant } from "#features/rights/permissions.ts";
import { roleText } from "#features/rights/text.ts";
import type { Role } from "#lib/api.ts";
import { managersQuery, organizationQuery } from "#lib/queries.ts";
import { TablePicture } from "#ui/table-picture.tsx";
import { FailureFrame, HomeLink } from "./frame.tsx";

/** Forbidden: what it requires, and who in the organization can grant it. */
export function ForbiddenView({ permission }: { permission?: string | undefined }) {
  const { organization: organizationId } = useParams({ strict: false });
  return organizationId === undefined ? (
    <FailureFrame picture={<TablePicture taken={0} />} title={title} mark="403" actions={<HomeLink />}>
      You don’t have permission.
    </FailureFrame>
  ) : (
    <ForbiddenInOrganization permission={permission} organizationId={organizationId} />
  );
}

const isTold = (permission: string): permission is keyof typeof permissionText => permission in permissionText;

const title = "You don’t have access to this page";

function ForbiddenInOrganization(props: { permission: string | undefined; organizationId: string }) {
  const { permission, organizationId } = props;
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const { data: page } = useQuery(managersQuery(organizationId));
  const right = permission !== undefined && isTold(permission) ? permission : undefined;
  const canHelp = (role: Role) => (right === undefined ? may(role, "member.changeRole") : mayGrant(role, right));
  const { managers, hasMore } = managersOf(page, canHelp);
  const what = right && permissionText[right];
  const helpers = roles.filter(canHelp).map((role) => roleText[role].noun);
  return (
    <FailureFrame
      picture={<TablePicture taken={0} />}
      title={title}
      mark="403"
      actions={<HomeLink />}
      below={
        managers.length > 0 && (
          <section aria-labelledby="who" className="card mt-6 w-full max-w-[400px] text-left">
            <h2 id="who" className="px-5 pt-3.5 pb-1 text-sm font-medium text-fg-2">
              Who can change your role
            </h2>
            <ManagerList managers={managers} hasMore={hasMore} organizationId={organizationId} />
          </section>
        )
      }
    >
      {what === undefined ? "This requires another role." : `Your role doesn’t let you ${what}.`}
      {organization !== undefined && ` Your role here is ${roleText[organization.role].label}.`}
      {managers.length === 0 && ` Ask ${helpers.join(" or ")} for another role.`}
      {permission !== undefined && (
        <span className="mt-2 block text-sm text-fg-3">
          Permission <code className="font-mono text-xs">{permission}</code>
        </span>
      )}
    </FailureFrame>
  );
}
