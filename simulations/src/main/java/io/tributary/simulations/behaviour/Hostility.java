package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.List;

/**
 * Nodes that want the run to fail.
 *
 * @param nodes how many
 * @param strength of the attack: c, deviation, ε, or the server's rate
 * @param from the first round in which they attack; before it they are honest
 * @param form as whom the attack is computed
 * @param anew whether each round has attackers of its own
 */
public record Hostility(
    int nodes, Attack attack, double strength, int from, AttackForm form, boolean anew) {
  private static final String ONCE = "once";
  private static final String EACH_ROUND = "each-round";

  public Hostility {
    requireNonNull(attack, "attack");
    requireNonNull(form, "form");
  }

  /** An attack as its paper defines it, by the same nodes in all rounds. */
  public Hostility(int nodes, Attack attack, double strength, int from) {
    this(nodes, attack, strength, from, AttackForm.PAPER, false);
  }

  /** Reads the section {@code malicious}; the caller finishes it. */
  public static Hostility read(Settings section) {
    Attack attack = Attack.of(section.choice("attack", "sign-flip", Attack.tokens()));
    return new Hostility(
        (int) section.integer("nodes", 1, Integer.MAX_VALUE),
        attack,
        section.number("strength", attack.usualStrength(), 0, 1e9),
        (int) section.integer("from", 1, 1, Integer.MAX_VALUE),
        form(section, attack),
        section.choice("drawn", ONCE, List.of(ONCE, EACH_ROUND)).equals(EACH_ROUND));
  }

  private static AttackForm form(Settings section, Attack attack) {
    AttackForm form =
        AttackForm.of(section.choice("form", AttackForm.PAPER.token(), AttackForm.tokens()));
    if (form == AttackForm.FLANDERS && !attack.hasFlandersForm()) {
      throw section.refusal(
          "form",
          form.token(),
          "paper, since the attack is "
              + attack.token()
              + "; little-is-enough, min-max and opt have another form");
    }
    return form;
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("nodes", nodes)
        .put("attack", attack.token())
        .put("strength", strength)
        .put("from", from)
        .put("form", form.token())
        .put("drawn", anew ? EACH_ROUND : ONCE)
        .build();
  }
}
