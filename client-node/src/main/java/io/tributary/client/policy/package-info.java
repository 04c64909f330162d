/**
 * What a site allows, whatever the coordinator asks, and the log of what left it. Never fetches,
 * trains or talks to the coordinator.
 */
@NullMarked
package io.tributary.client.policy;

import org.jspecify.annotations.NullMarked;
