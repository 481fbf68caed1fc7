/** Verified and waiting ones together. */
export const maxDomainsPerOrganization = 50;
/** How often the clock checks a verified domain. */
export const checkHours = 24;
/** How often it checks one that waits, whose record is lost, or whose name servers did not answer. */
export const retryHours = 1;
/** How long it checks a waiting domain after a person added or checked it. */
export const waitingHours = 72;
/** How long a domain stays verified while its record is lost. */
export const warningDays = 7;
/** How long people join by a verified domain whose name servers do not answer. */
export const unreachableHours = 24;
/** Characters of a domain: its record and the random names beside it have a place before it. */
export const maxDomainLength = 200;
