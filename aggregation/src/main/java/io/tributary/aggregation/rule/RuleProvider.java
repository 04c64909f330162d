package io.tributary.aggregation.rule;

import io.tributary.federation.settings.Settings;

/**
 * Brings a rule that Tributary does not have, found by {@link java.util.ServiceLoader} on the class
 * path of the coordinator. {@code docs/how-to/add-a-rule.md} leads through one.
 */
public interface RuleProvider {
  /** The name that plans use: lower-case words with a dot between them, {@code acme.median}. */
  String name();

  /**
   * Makes the rule. Options that were given and not read are refused afterwards.
   *
   * @param options what stands beside the name in the plan
   */
  Rule rule(Settings options);
}
