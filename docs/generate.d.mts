/** See generate.mjs. */
export function generatedReadme(
  readme: string,
  declarations: { readonly COMMANDS: unknown; readonly SETTINGS: unknown; readonly names: unknown },
): string;
