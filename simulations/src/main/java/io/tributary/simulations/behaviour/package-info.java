/**
 * How virtual nodes behave when they do not behave well: away, slow, lost, or hostile. Drawn from
 * the simulation's seed; the mathematics of attacks are pure functions of updates.
 */
@NullMarked
package io.tributary.simulations.behaviour;

import org.jspecify.annotations.NullMarked;
