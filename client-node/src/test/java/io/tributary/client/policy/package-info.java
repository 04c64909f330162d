/** Tests of the site's policy and its log. */
@NullMarked
package io.tributary.client.policy;

import org.jspecify.annotations.NullMarked;
