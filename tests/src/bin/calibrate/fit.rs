//! Logistic regression by Newton's method.

/// Weights are held back as if that many looks had said nothing.
const RIDGE: f64 = 1.0;

/// Newton's method needs about eight.
const ROUNDS: usize = 30;

/// Fits `P(living) = 1 / (1 + exp(-(bias + weights * features)))`; both classes weigh the same. The
/// last of the coefficients is the bias.
pub fn logistic<const N: usize>(rows: &[([f32; N], bool)]) -> Vec<f64> {
    let count = |living: bool| rows.iter().filter(|row| row.1 == living).count().max(1) as f64;
    let half = rows.len() as f64 / 2.0;
    let (living, attacks) = (half / count(true), half / count(false));
    let size = N + 1;
    let mut coefficients = vec![0.0; size];
    for _ in 0..ROUNDS {
        let mut system = vec![vec![0.0; size + 1]; size];
        for (n, row) in system.iter_mut().enumerate().take(N) {
            row[n] = RIDGE;
            row[size] = -RIDGE * coefficients[n];
        }
        for (features, is_living) in rows {
            let mut inputs: Vec<f64> = features.iter().copied().map(f64::from).collect();
            inputs.push(1.0);
            let odds: f64 = inputs.iter().zip(&coefficients).map(|(x, c)| x * c).sum();
            let chance = 1.0 / (1.0 + (-odds).exp());
            let weight = if *is_living { living } else { attacks };
            let wrong = f64::from(u8::from(*is_living)) - chance;
            for (row, x) in system.iter_mut().zip(&inputs) {
                for (sum, y) in row.iter_mut().zip(&inputs) {
                    *sum += weight * chance * (1.0 - chance) * x * y;
                }
                row[size] += weight * wrong * x;
            }
        }
        let Some(step) = solved(system) else {
            break;
        };
        for (coefficient, step) in coefficients.iter_mut().zip(step) {
            *coefficient += step;
        }
    }
    coefficients
}

/// Solves a linear system whose last column is the right-hand side.
fn solved(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let size = rows.len();
    for pivot in 0..size {
        let best =
            (pivot..size).max_by(|&a, &b| rows[a][pivot].abs().total_cmp(&rows[b][pivot].abs()))?;
        rows.swap(pivot, best);
        if !rows[pivot][pivot].is_normal() {
            return None;
        }
        let pivot_row = rows[pivot].clone();
        for (n, row) in rows.iter_mut().enumerate() {
            let factor = if n == pivot {
                0.0
            } else {
                row[pivot] / pivot_row[pivot]
            };
            for (value, above) in row.iter_mut().zip(&pivot_row) {
                *value -= factor * above;
            }
        }
    }
    Some((0..size).map(|n| rows[n][size] / rows[n][n]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_finds_the_side_of_a_line() {
        let rows: Vec<([f32; 2], bool)> = (0..200)
            .map(|n| {
                let (x, y) = ((n % 20) as f32 / 10.0 - 1.0, (n / 20) as f32 / 5.0 - 1.0);
                ([x, y], 2.0 * x + 0.5 > 0.0)
            })
            .collect();
        let fitted = logistic(&rows);
        assert!(fitted[0] > 5.0 * fitted[1].abs(), "{fitted:?}");
        let border = -fitted[2] / fitted[0];
        assert!((border + 0.25).abs() < 0.1, "{border}");
    }
}
