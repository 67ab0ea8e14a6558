/* Runs first and in any browser (ES5 only): a browser below Chromium 87 sees a plain page instead of a blank one. */
(function () {
  "use strict";
  var old =
    !("noModule" in document.createElement("script")) ||
    !window.indexedDB ||
    !window.AbortController ||
    !window.ResizeObserver ||
    !window.Promise ||
    !window.Promise.allSettled ||
    !String.prototype.replaceAll;
  if (!old) return;
  window.proktor_old_browser = true;

  function say() {
    var found = /(Chrome|CriOS|Firefox|Version)\/(\d+)/.exec(navigator.userAgent);
    var body = document.body;
    var lines = [
      ["h1", "Peramban terlalu lama"],
      ["p", "Halaman tes membutuhkan Chrome, Edge, atau Firefox versi 87 ke atas."],
      ["p", found ? "Peramban di komputer ini: versi " + found[2] + "." : "Versi peramban di komputer ini tidak dikenali."],
      ["p", "Angkat tangan. Proktor atau teknisi dapat memasang peramban baru, atau memindahkanmu ke komputer lain."]
    ];
    while (body.firstChild) body.removeChild(body.firstChild);
    for (var i = 0; i < lines.length; i += 1) {
      var line = document.createElement(lines[i][0]);
      line.appendChild(document.createTextNode(lines[i][1]));
      body.appendChild(line);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", say);
  else say();
})();
