package io.tributary.simulations.behaviour;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.federation.settings.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Nodes that want the run to fail.
 *
 * @param nodes how many
 * @param strength of the attack: c, deviation, ε, or the server's rate
 * @param from the first round in which they attack; before it they are honest
 * @param form as whom the attack is computed
 */
public record Hostility(int nodes, Attack attack, double strength, int from, AttackForm form) {
  private static final String PURPOSE = "hostile";

  public Hostility {
    requireNonNull(attack, "attack");
    requireNonNull(form, "form");
  }

  /** An attack as its paper defines it. */
  public Hostility(int nodes, Attack attack, double strength, int from) {
    this(nodes, attack, strength, from, AttackForm.PAPER);
  }

  /** Reads the section {@code malicious}; the caller finishes it. */
  public static Hostility read(Settings section) {
    Attack attack = Attack.of(section.choice("attack", "sign-flip", Attack.tokens()));
    return new Hostility(
        (int) section.integer("nodes", 1, Integer.MAX_VALUE),
        attack,
        section.number("strength", attack.usualStrength(), 0, 1e9),
        (int) section.integer("from", 1, 1, Integer.MAX_VALUE),
        form(section, attack));
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

  /** Who they are: drawn among all nodes. */
  public NavigableSet<NodeName> chosen(List<NodeName> all, long seed) {
    RandomGenerator random = new RandomStreams(seed).stream(0, RandomStreams.COORDINATOR, PURPOSE);
    List<NodeName> names = new ArrayList<>(all);
    int count = Math.min(nodes, names.size());
    for (int i = 0; i < count; i++) {
      Collections.swap(names, i, i + random.nextInt(names.size() - i));
    }
    return Collections.unmodifiableNavigableSet(new TreeSet<>(names.subList(0, count)));
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("nodes", nodes)
        .put("attack", attack.token())
        .put("strength", strength)
        .put("from", from)
        .put("form", form.token())
        .build();
  }
}
