// SPDX-License-Identifier: Apache-2.0
//! Conditions: `||` binds weakest, then `&&`, `!`, and comparisons of two symbols.

use super::{Failure, Parsed, Parser};
use crate::expression::{Connective, ExprId, Relation};
use crate::lexer::token::{Keyword, Token};
use crate::model::SymbolId;

/// How deep parentheses and negations may stand in each other.
const DEEPEST_NESTING: u32 = 500;
/// How many operands a whole condition may have; what is longer was not written
/// by a person, and simplifying it takes the square of its length.
const MOST_OPERANDS: u32 = 4_000;

impl Parser<'_> {
    /// `if_expr: /* empty */ | T_IF expr`
    pub(super) fn optional_if(&mut self) -> Parsed<Option<ExprId>> {
        if !self.at_keyword(Keyword::If)? {
            return Ok(None);
        }
        self.take()?;
        self.expression().map(Some)
    }

    /// `expr: expr T_OR expr | …`
    pub(super) fn expression(&mut self) -> Parsed<ExprId> {
        if self.depth == 0 {
            self.operands = 0;
        }
        self.chain(Token::Or, Connective::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> Parsed<ExprId> {
        self.chain(Token::And, Connective::And, Self::operand)
    }

    fn chain(
        &mut self,
        operator: Token,
        connective: Connective,
        operand: fn(&mut Self) -> Parsed<ExprId>,
    ) -> Parsed<ExprId> {
        let mut left = operand(self)?;
        while self.peek()? == operator {
            self.take()?;
            let right = operand(self)?;
            left = self.builder.model.expressions.join(connective, left, right);
        }
        Ok(left)
    }

    fn operand(&mut self) -> Parsed<ExprId> {
        if self.depth >= DEEPEST_NESTING {
            return Err(Failure::Syntax);
        }
        self.depth += 1;
        let parsed = self.nested_operand();
        self.depth -= 1;
        parsed
    }

    fn nested_operand(&mut self) -> Parsed<ExprId> {
        match self.peek()? {
            Token::Not => {
                self.take()?;
                let operand = self.operand()?;
                Ok(self.builder.model.expressions.negate(operand))
            }
            Token::Open => {
                self.take()?;
                let inner = self.expression()?;
                self.expect(Token::Close)?;
                Ok(inner)
            }
            _ => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Parsed<ExprId> {
        self.operands += 1;
        if self.operands > MOST_OPERANDS {
            return Err(Failure::Syntax);
        }
        let left = self.symbol_or_constant()?;
        let Some(relation) = relation(self.peek()?) else {
            return Ok(self.builder.model.expressions.symbol(left));
        };
        self.take()?;
        let right = self.symbol_or_constant()?;
        Ok(self
            .builder
            .model
            .expressions
            .compare(relation, left, right))
    }

    /// `symbol: nonconst_symbol | T_WORD_QUOTE`
    pub(super) fn symbol_or_constant(&mut self) -> Parsed<SymbolId> {
        if self.peek()? == Token::Quoted {
            self.take()?;
            return Ok(self.builder.constant(self.lexer.text()));
        }
        self.word()
    }
}

fn relation(token: Token) -> Option<Relation> {
    Some(match token {
        Token::Equal => Relation::Equal,
        Token::Unequal => Relation::Unequal,
        Token::Less => Relation::Less,
        Token::LessEqual => Relation::LessEqual,
        Token::Greater => Relation::Greater,
        Token::GreaterEqual => Relation::GreaterEqual,
        _ => return None,
    })
}
