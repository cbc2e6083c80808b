/** Starts a service of a project as git has it. */
export function upService(project: string, service: string): string {
  return `docker compose -p ${word(project)} up -d ${word(service)}`;
}

/** A paused container cannot be started, and one that only goes on is no event that Traefik listens for. */
export function restartService(project: string, service: string): string {
  return `docker compose -p ${word(project)} restart ${word(service)}`;
}

/** For a router that the engine has otherwise: what names the reason, of the host that its rule is for. */
export function askEngine(rule: string | undefined): string {
  const host = /\bHost\(`([\w.-]+)`\)/i.exec(rule ?? '')?.[1];
  return `${host === undefined ? 'gateway lint --live says why' : `gateway explain ${word(host)} --live names what fails`}; where it finds nothing, restart the proxy`;
}

/** Ends what is no longer in git: a service of a project, or a container that no project has. */
export function endService(project: string | undefined, service: string, containers: readonly string[]): string {
  if (project === undefined) return `docker rm -f ${containers.map(word).join(' ')}, or write it into a Compose file`;
  return `docker compose -p ${word(project)} up -d --remove-orphans, or write ${word(service)} into its Compose file`;
}

/** Ends a whole project that git does not know. */
export function endProject(project: string): string {
  return `docker compose -p ${word(project)} down, or give its stack to this command`;
}

/** One word of a shell, whatever stands in a label. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
