/* A signature: drawn with the pad, sent as strokes of whole numbers in a field of 600 × 200. */
(() => {
  "use strict";
  for (const pad of document.querySelectorAll("[data-pad]")) {
    const canvas = pad.querySelector("canvas"), target = document.querySelector(`[name="${pad.dataset.pad}"]`);
    const drawing = new window.SignaturePad(canvas, { penColor: "#12318a", minWidth: 1.2, maxWidth: 3.2, minDistance: 3 });
    const fit = () => {
      const ratio = Math.max(window.devicePixelRatio || 1, 1), kept = drawing.toData();
      canvas.width = canvas.offsetWidth * ratio; canvas.height = canvas.offsetHeight * ratio;
      canvas.getContext("2d").scale(ratio, ratio);
      drawing.fromData(kept);
    };
    const whole = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    const send = () => {
      const across = 600 / canvas.offsetWidth, down = 200 / canvas.offsetHeight, scale = Math.min(across, down);
      const left = (600 - canvas.offsetWidth * scale) / 2, top = (200 - canvas.offsetHeight * scale) / 2;
      const lines = drawing.toData().map((line) => line.points.map((point) => [whole(point.x * scale + left, 600), whole(point.y * scale + top, 200)]));
      target.value = lines.length ? JSON.stringify(lines) : "";
    };
    drawing.addEventListener("endStroke", send);
    pad.querySelector("[data-clear]").addEventListener("click", () => { drawing.clear(); target.value = ""; });
    addEventListener("resize", fit);
    fit();
  }
})();
