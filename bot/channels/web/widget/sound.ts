// A short sound for news, if its user wants one.

let audio: AudioContext | undefined;

/** Two soft notes; in one of the tabs that have the chat open. Browsers stay silent until their user has done something. */
export function chime(name: string): void {
  if (!navigator.locks) return play();
  void navigator.locks.request(`${name}:sound`, { ifAvailable: true }, async (isOurs) => {
    if (!isOurs) return;
    play();
    await new Promise((done) => setTimeout(done, 1_000));
  });
}

/** Gives the sound card back. */
export function hush(): void {
  void audio?.close();
  audio = undefined;
}

function play(): void {
  audio ??= new AudioContext();
  const now = audio.currentTime;
  const gain = new GainNode(audio, { gain: 0.08 });
  gain.gain.exponentialRampToValueAtTime(0.001, now + 0.5);
  gain.connect(audio.destination);
  const note = new OscillatorNode(audio, { frequency: 660 });
  note.frequency.setValueAtTime(880, now + 0.12);
  note.connect(gain);
  note.start(now);
  note.stop(now + 0.5);
}
