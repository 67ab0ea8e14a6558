// The cookie copy of this browser's device id: the other copy is in IndexedDB, and either brings back the other.

const name = "proktor-perangkat";
const keep_s = 400 * 24 * 3600;

export function rememberedDevice(): string | undefined {
  return document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
}

export function rememberDevice(device: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${device}; Path=/; Max-Age=${keep_s}; SameSite=Strict${secure}`;
}

// "The pupil has left" while the server could not hear it: its cookie is still good, so the next page here logs it out
// before anything else.
const leftName = "proktor-keluar";

export function markLeft(left: boolean): void {
  document.cookie = `${leftName}=${left ? "1" : ""}; Path=/; Max-Age=${left ? keep_s : 0}; SameSite=Strict`;
}

export function hasLeft(): boolean {
  return document.cookie.split("; ").includes(`${leftName}=1`);
}
