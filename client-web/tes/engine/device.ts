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
